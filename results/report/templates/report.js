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
      const body = heading.closest("table").tBodies[0];
      const numeric = heading.dataset.kind === "number";
      const rising = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const rows = [...body.rows].map((row) => [valueOf(row, heading.cellIndex, numeric), row]);
      rows.sort(([a], [b]) => (numeric ? a - b : a.localeCompare(b, "zh")) * (rising ? 1 : -1));
      body.append(...rows.map(([, row]) => row));
    });
  }

  for (const input of document.querySelectorAll("input.filter")) {
    const rows = document.getElementById(input.dataset.table).tBodies[0].rows;
    input.addEventListener("input", () => {
      const words = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(words);
    });
  }

  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
  });
})();
