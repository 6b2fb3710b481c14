"""The life of policies: checked, compared, published, and rolled out to open complaints."""
