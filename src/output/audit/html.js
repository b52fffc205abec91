// Makes the columns of tables sortable. Without it, all of the page is there, in the order that matters most.
for (const table of document.querySelectorAll("table.sortable")) {
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => {
    const cell = row.cells[column];
    return (cell.querySelector("[data-value]") ?? cell).dataset.value ?? cell.textContent.trim();
  };
  heads.forEach((head, column) => {
    // A column of bars is sorted by the figures beside it.
    if (head.tagName !== "TH") return;
    const isNumber = head.classList.contains("number");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // What is most is asked for first; names begin with the first letter.
      const first = isNumber ? "descending" : "ascending";
      const other = isNumber ? "ascending" : "descending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const compare = isNumber
        ? (a, b) => Number(value(a, column)) - Number(value(b, column))
        : (a, b) => value(a, column).localeCompare(value(b, column), "en");
      table.tBodies[0].append(...[...rows].sort((a, b) => sign * compare(a, b)));
    });
  });
}
