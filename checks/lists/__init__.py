"""National item lists and the scenario matters, each item with its source and how sure it is.

The lists that come with the program are known in part. A user who has an official annex gives it as a
file (TSV, CSV or XLSX), and only then is the list whole.
"""

from checks.lists.loading import ListedItem, OfficialList, Scenario, load_list, scenario_matters, zones
from checks.lists.user_files import read_items

__all__ = ["ListedItem", "OfficialList", "Scenario", "load_list", "read_items", "scenario_matters", "zones"]
