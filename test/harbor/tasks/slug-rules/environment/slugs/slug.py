def slugify(title: str) -> str:
    return title.replace(" ", "-")
