// What a style sheet cannot do for the references beside their marks: Escape closes one, a tap opens one.
"use strict";

(() => {
  const markOf = (node) => node.closest && node.closest(".mark");

  function shown() {
    return [...document.querySelectorAll(".mark:hover, .mark:focus-within")];
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      shown().forEach((mark) => mark.classList.add("quiet"));
    }
  });

  // A mark that was closed opens again when one comes back to it.
  for (const kind of ["mouseout", "focusout"]) {
    document.addEventListener(kind, (event) => {
      const mark = markOf(event.target);
      if (mark && !(event.relatedTarget && mark.contains(event.relatedTarget))) {
        mark.classList.remove("quiet");
      }
    });
  }

  // Without a pointer that hovers, the first tap shows the reference and the second goes to it.
  let open = null;
  document.addEventListener("pointerdown", (event) => {
    const mark = markOf(event.target);
    open = mark && mark.contains(document.activeElement) ? mark : null;
  });
  document.addEventListener("click", (event) => {
    const mark = markOf(event.target);
    const link = event.target.closest("a");
    if (mark && link && link.parentElement === mark && event.pointerType === "touch" && open !== mark) {
      event.preventDefault();
      link.focus();
    }
  });
})();
