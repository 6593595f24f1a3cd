"""Groups that occupations of few people stand in."""

from workforce.contract.folder import Folder


def occupation_groups(folder: Folder) -> dict[str, str]:
    """Give the group of each occupation, by the folder's list or the packaged one."""
    if "occupations" not in folder.lists:
        return {}
    return dict(folder.lists["occupations"].select("occupation", "group").drop_nulls().iter_rows())
