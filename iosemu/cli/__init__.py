"""The IOS command language: notation, matching, help, binding, running configuration."""
