/* What is wrong with the layout of the page at hand, as a list of sentences; empty where nothing is.
   For tests/browser/test_layouts.py. */
(printed) => {
  const SLACK = 1; // pixels
  const SMALLEST = printed ? 10.6 : 11; // eight points on paper
  const found = [];
  const root = document.documentElement;
  const say = (what, element) => {
    const words = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 30);
    const name = element.tagName.toLowerCase() + (element.getAttribute("class") ? `.${element.getAttribute("class")}` : "");
    found.push(`${what}: <${name}> “${words}”`);
  };

  if (root.scrollWidth > root.clientWidth) {
    found.push(`the page is ${root.scrollWidth - root.clientWidth} px wider than the window`);
  }

  // Shown to screen readers only: a link to skip, or a box of a pixel.
  const isAside = (element) =>
    element.closest(".skip") !== null || element.clientWidth <= 1 || getComputedStyle(element).clipPath !== "none";
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const clips = ["hidden", "clip", ...(printed ? ["auto", "scroll"] : [])];
    if (element instanceof SVGElement || !isShown(element) || isAside(element)) continue;
    if (["INPUT", "SELECT", "TEXTAREA"].includes(element.tagName) || !element.textContent.trim()) continue;
    if (clips.includes(style.overflowX) && element.scrollWidth > element.clientWidth + SLACK) say("cut at the side", element);
    if (clips.includes(style.overflowY) && element.scrollHeight > element.clientHeight + SLACK) say("cut below", element);
  }

  // Every line of text as a box of the letters' size: the part of it that can be seen.
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, option, title, desc, sup, .skip") || !isShown(element)) continue;
    if (hidden(element)) continue;
    const scale = element instanceof SVGElement && element.getScreenCTM() ? element.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < SMALLEST - 0.01) say(`${size.toFixed(1)} px is too small`, element);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      const middle = (line.top + line.bottom) / 2;
      const box = { left: line.left, right: line.right, top: middle - size * 0.45, bottom: middle + size * 0.45, node, element };
      if (line.width && seen(box)) boxes.push(box);
    }
  }

  function hidden(element) {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (getComputedStyle(one).clipPath !== "none") return true;
    }
    return false;
  }

  // Cut down to what its scrolling ancestors show; what lies beside the window, and in none of them, is lost.
  function seen(box) {
    for (let one = box.element; one && one !== document.body; one = one.parentElement) {
      if (one instanceof SVGElement || getComputedStyle(one).overflowX === "visible") continue;
      const frame = one.getBoundingClientRect();
      box.left = Math.max(box.left, frame.left);
      box.right = Math.min(box.right, frame.right);
      box.top = Math.max(box.top, frame.top);
      box.bottom = Math.min(box.bottom, frame.bottom);
    }
    if (box.right - box.left <= SLACK || box.bottom - box.top <= SLACK) return false;
    if (box.right > root.clientWidth + SLACK || box.left < -SLACK) say("outside the window", box.element);
    return true;
  }

  boxes.sort((one, other) => one.top - other.top);
  boxes.forEach((box, place) => {
    for (let next = place + 1; next < boxes.length && boxes[next].top < box.bottom - SLACK; next++) {
      const other = boxes[next];
      const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const high = Math.min(box.bottom, other.bottom) - other.top;
      if (wide > SLACK && high > SLACK && box.node !== other.node) {
        say(`${wide.toFixed()} × ${high.toFixed()} px over “${other.node.data.trim().slice(0, 20)}”`, box.element);
      }
    }
  });
  return [...new Set(found)].slice(0, 12);
}
