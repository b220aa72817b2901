// Buttons that copy a reference. Without script, and where the clipboard is closed, the text can be selected.
"use strict";

for (const section of document.querySelectorAll("section.cite-as")) {
  const said = section.dataset;
  const status = section.querySelector("[role=status]");

  for (const text of section.querySelectorAll("[data-copied-text]")) {
    const row = text.closest("dd");
    const label = row.previousElementSibling;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = said.copy;
    button.setAttribute("aria-label", `${said.copy}: ${label.textContent}`);
    button.addEventListener("click", () => copy(text, label.textContent));
    row.append(button);
  }

  async function copy(text, label) {
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(text.textContent);
      status.textContent = `${said.copied}: ${label}`;
    } catch {
      const details = text.closest("details");
      if (details) details.open = true;
      getSelection().selectAllChildren(text);
      status.textContent = said.selected;
    }
  }
}
