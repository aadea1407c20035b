"""Parser views: which commands a user may see."""
