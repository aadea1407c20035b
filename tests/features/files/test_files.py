"""Files of a router: what lists, copies and deletes them prints what IOS prints."""

from __future__ import annotations

import hashlib

import pytest

from iosemu.features.files import show as files_show  # noqa: F401  (registers the renderers)
from iosemu.features.files.views import DirectoryView, FileSystemsView, FileView, FlashView
from iosemu.features.files.views import FileSystemView as System
from iosemu.proto.calendar import days_of, time_of_day
from iosemu.proto.parts import Files

from ..samples import rendered
from ..typing import running, screen, typed

WRITTEN = time_of_day((days_of(2015, 3, 29) * 86_400) * 1000)
SHORT_DAY = time_of_day((days_of(2016, 10, 5) * 86_400 + 10 * 3600 + 29 * 60 + 16) * 1000)


def test_a_directory_is_printed_as_iosv_prints_it() -> None:
    view = DirectoryView(
        "flash0:/",
        (
            FileView(1, "drw-", 0, WRITTEN, "boot"),
            FileView(267, "-rw-", 147988420, WRITTEN, "vios-adventerprisek9-m"),
            FileView(268, "-rw-", 524288, SHORT_DAY, "nvram"),
        ),
        2142715904,
        1994403840,
    )
    assert rendered(view) == [
        "Directory of flash0:/",
        "",
        "    1  drw-           0  Mar 29 2015 00:00:00 +00:00  boot",
        "  267  -rw-   147988420  Mar 29 2015 00:00:00 +00:00  vios-adventerprisek9-m",
        "  268  -rw-      524288   Oct 5 2016 10:29:16 +00:00  nvram",
        "",
        "2142715904 bytes total (1994403840 bytes free)",
    ]


def test_configuration_memory_has_no_dates() -> None:
    view = DirectoryView(
        "nvram:/", (FileView(253, "-rw-", 2415, None, "startup-config"),), 262144, 259729
    )
    assert rendered(view)[2] == (
        "  253  -rw-        2415                    <no date>  startup-config"
    )


def test_flash_is_listed_by_path() -> None:
    view = FlashView((FileView(1, "-rw-", 55622284, WRITTEN, "c2900-universalk9"),), 1, 2)
    assert rendered(view)[:2] == [
        "-#- --length-- -----date/time------ path",
        "1     55622284 Mar 29 2015 00:00:00 +00:00 c2900-universalk9",
    ]


def test_file_systems_stand_in_their_columns() -> None:
    view = FileSystemsView(
        (
            System(False, None, None, "opaque", "rw", "system:"),
            System(True, 2142715904, 1994403840, "disk", "rw", "flash0: flash:#"),
        )
    )
    assert rendered(view)[2:4] == [
        "       Size(b)       Free(b)      Type  Flags  Prefixes",
        "             -             -    opaque     rw   system:",
    ]
    assert rendered(view)[4] == ("*   2142715904    1994403840      disk     rw   flash0: flash:#")


def test_a_copy_asks_for_the_name_and_takes_its_time() -> None:
    lab = running()
    before = lab.now
    shown = screen(lab, "copy running-config flash:", "backup", "dir")
    size = len(lab.routers["R1"].device.files.flash["backup"])
    assert shown == [
        "R1#copy running-config flash:",
        "Destination filename [running-config]? backup",
        f"{size} bytes copied in 0.110 secs ({size * 1000 // 110} bytes/sec)",
        "R1#dir",
        "Directory of unix:/",
        "",
        f"    1  -rw-  {size:10d}   Mar 1 2002 00:00:02 +00:00  backup",
        "",
        "2147479552 bytes total (2147475456 bytes free)",
    ]
    assert lab.now - before == pytest.approx(0.110, abs=0.001)


def test_the_size_of_a_copy_is_the_length_that_is_shown() -> None:
    lab = running()
    typed(lab, "copy running-config flash:backup", "")
    shown = lab["R1"].cli("show running-config")
    size = len(lab.routers["R1"].device.files.flash["backup"])
    assert f"Current configuration : {size} bytes" in shown


def test_a_file_is_overwritten_only_when_confirmed() -> None:
    lab = running()
    typed(lab, "show clock | redirect flash:a", "show version | redirect flash:b")
    files = lab.routers["R1"].device.files
    assert screen(lab, "copy flash:a flash:b", "", "n") == [
        "R1#copy flash:a flash:b",
        "Destination filename [b]?",
        "%Warning:There is a file already existing with this name",
        "Do you want to over write? [confirm]n",
    ]
    assert files.flash["a"] != files.flash["b"]
    typed(lab, "copy flash:a flash:b", "", "")
    assert files.flash["a"] == files.flash["b"]


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (("more flash:none",), "%Error opening unix:/none (No such file or directory)"),
        (
            ("copy flash:none flash:b", ""),
            "%Error opening unix:/none (No such file or directory)",
        ),
        (("delete /force flash:none",), "%Error deleting unix:/none (No such file or directory)"),
        (("more drum:x",), "%Error opening drum:x (No such device)"),
        (
            ("show clock | redirect flash:no/x",),
            "%Error opening unix:/no/x (No such file or directory)",
        ),
        (("format flash:",), "%Error formatting unix: (Operation not permitted)"),
    ],
)
def test_what_cannot_be_done_is_an_error(lines: tuple[str, ...], last: str) -> None:
    lab = running()
    assert typed(lab, *lines)[-1] == last


def test_redirect_append_and_tee_write_files() -> None:
    lab = running()
    typed(
        lab,
        "show privilege | redirect flash:p",
        "show privilege | append flash:p",
        "show privilege | append unix:/p",
    )
    assert typed(lab, "more flash:p") == ["\n".join(["Current privilege level is 15"] * 3)]
    assert typed(lab, "show privilege | tee flash:q") == ["Current privilege level is 15"]
    assert typed(lab, "more q") == ["Current privilege level is 15"]


def test_directories_are_made_entered_and_removed() -> None:
    lab = running()
    assert typed(lab, "mkdir logs", "")[-1] == "Created dir unix:/logs"
    typed(lab, "cd logs", "show privilege | redirect here")
    assert typed(lab, "pwd") == ["unix:/logs"]
    assert " here" in typed(lab, "dir")[0]
    typed(lab, "cd")
    assert typed(lab, "rmdir logs", "", "")[-1] == (
        "%Error Removing dir unix:/logs (Directory not empty)"
    )
    assert " here" not in typed(lab, "dir")[0]
    assert " here" in typed(lab, "dir /recursive")[0]
    typed(lab, "delete /force /recursive logs")
    assert "No files in directory" in typed(lab, "dir")[0]


def test_a_deletion_is_confirmed() -> None:
    lab = running()
    typed(lab, "show privilege | redirect flash:a")
    assert screen(lab, "delete flash:a", "", "") == [
        "R1#delete flash:a",
        "Delete filename [a]?",
        "Delete unix:/a? [confirm]",
    ]
    assert not lab.routers["R1"].device.files.flash


def test_verify_compares_an_md5() -> None:
    lab = running()
    typed(lab, "show privilege | redirect flash:a")
    digest = hashlib.md5(b"Current privilege level is 15\n").hexdigest()
    assert typed(lab, "verify /md5 flash:a")[0].splitlines()[-1] == (
        f"verify /md5 (unix:a) = {digest}"
    )
    assert typed(lab, f"verify /md5 flash:a {digest}")[0].splitlines()[-1] == (
        f"Verified (unix:a) = {digest}"
    )
    wrong = typed(lab, "verify /md5 flash:a 00")[0]
    assert "%Error verifying unix:a" in wrong


def test_without_a_server_tftp_times_out() -> None:
    lab = running()
    typed(lab, "copy running-config tftp:", "10.0.99.99")
    before = lab.now
    assert typed(lab, "")[0].splitlines() == [
        ".....",
        "%Error opening tftp://10.0.99.99/r1-confg (Timed out)",
    ]
    assert lab.now - before == pytest.approx(20, abs=0.1)


def test_a_request_to_a_neighbor_is_refused_by_its_stack() -> None:
    lab = running()
    lab.run_for(5)
    out = typed(lab, "copy tftp://10.0.12.2/x flash:", "x")[-1]
    assert "%Error opening tftp://10.0.12.2/x (Unrecognized error)" in out


def test_a_copy_onto_the_running_configuration_merges() -> None:
    lab = running()
    router = lab.routers["R1"].device
    router.files.flash["part"] = (
        b"hostname R9\nfoo\ninterface Loopback7\n ip address 7.7.7.7 255.255.255.255\n"
    )
    printed = typed(lab, "copy flash:part running-config", "")[-1]
    assert "% Invalid input detected at '^' marker." in printed
    assert lab["R1"].prompt == "R9#"
    assert "ip address 10.0.12.1" in lab["R1"].cli("show running-config interface e0/0")
    assert "7.7.7.7" in lab["R1"].cli("show running-config interface lo7")


def test_a_full_configuration_memory_is_an_error() -> None:
    lab = running()
    lab.routers["R1"].device.files.flash["big"] = bytes(70_000)
    assert typed(lab, "copy flash:big nvram:big", "")[-1] == (
        "%Error writing nvram:big (No space left on device)"
    )


def test_files_outlive_a_reload() -> None:
    lab = running()
    typed(lab, "show privilege | redirect flash:a", "cd nvram:")
    lab.routers["R1"].reload()
    lab.run_for(60)
    assert isinstance(lab.routers["R1"].device.files, Files)
    assert typed(lab, "pwd", "more a") == ["unix:/", "Current privilege level is 15"]


def test_the_configuration_register_can_ignore_the_startup_configuration() -> None:
    lab = running()
    typed(lab, "configure terminal", "config-register 0x2142", "end")
    assert typed(lab, "show version")[0].splitlines()[-1] == (
        "Configuration register is 0x0 (will be 0x2142 at next reload)"
    )
    lab.routers["R1"].reload()
    lab.run_for(60)
    assert lab["R1"].prompt == "Router#"
    assert typed(lab, "show version")[0].splitlines()[-1] == "Configuration register is 0x2142"
    typed(lab, "configure terminal", "config-register 0x2102", "end")
    lab.routers["R1"].reload()
    lab.run_for(60)
    assert lab["R1"].prompt == "R1#"
    typed(lab, "configure terminal")
    assert typed(lab, "config-register 0x12345") == ["% Bad register value: 0x12345"]


def test_images_to_boot_are_kept_between_their_marks() -> None:
    lab = running()
    typed(lab, "configure terminal", "boot system flash:a.bin", "boot system flash:b.bin", "end")
    shown = typed(lab, "show running-config")[0].splitlines()
    start = shown.index("boot-start-marker")
    assert shown[start : start + 4] == [
        "boot-start-marker",
        "boot system flash:a.bin",
        "boot system flash:b.bin",
        "boot-end-marker",
    ]


def test_a_file_can_become_the_startup_configuration() -> None:
    lab = running()
    lab.routers["R1"].device.files.flash["next"] = b"hostname R8\n"
    assert typed(lab, "copy flash:next startup-config", "")[-1].splitlines() == [
        "[OK]",
        "12 bytes copied in 0.100 secs (120 bytes/sec)",
    ]
    lab.routers["R1"].reload()
    lab.run_for(60)
    assert lab["R1"].prompt == "R8#"
