"use strict";
(() => {
  const root = document.documentElement;
  document.getElementById("language").addEventListener("click", () => {
    const english = root.dataset.language !== "en";
    root.dataset.language = english ? "en" : "zh";
    root.lang = english ? "en" : "zh-CN";
  });

  const valueOf = (row, column, numeric) => {
    const cell = row.cells[column];
    if (!numeric) return cell.innerText.trim();
    return Number(cell.dataset.value ?? cell.innerText.replace(/[^0-9.-]/g, "")) || 0;
  };

  for (const button of document.querySelectorAll("th .sort")) {
    button.addEventListener("click", () => {
      const heading = button.closest("th");
      const table = heading.closest("table");
      const column = Number(heading.dataset.column);
      const numeric = heading.dataset.kind === "number";
      const rising = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row, column, numeric), row]);
      rows.sort(([a], [b]) => (numeric ? a - b : a.localeCompare(b, "zh")) * (rising ? 1 : -1));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  }

  for (const input of document.querySelectorAll(".filter input")) {
    const rows = document.getElementById(input.dataset.table).tBodies[0].rows;
    input.addEventListener("input", () => {
      const words = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(words);
    });
  }

  // a link to a city opens it
  const openTarget = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  // on paper the hand-out shows everything, the report of all cities each city's list; as it was afterwards
  const onPaper = root.classList.contains("hand-out") ? "details" : "details.city";
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(onPaper)].filter((each) => !each.open);
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
})();
