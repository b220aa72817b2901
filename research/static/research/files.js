// A file that is too large is refused before it is sent. The server refuses it as well.
"use strict";

(() => {
  const form = document.getElementById("add-file");
  const input = form?.elements.file;
  input?.addEventListener("change", () => {
    const isTooLarge = [...input.files].some((file) => file.size > Number(form.dataset.most));
    input.setCustomValidity(isTooLarge ? form.dataset.tooLarge : "");
    input.reportValidity();
  });
})();
