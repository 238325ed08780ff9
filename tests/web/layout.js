/* What is wrong with how a screen is laid out, one line each. Every control is brought into view as focus would do it, and has to be
   seen there whole: nothing over it, nothing cut off (WCAG 2.2, 1.4.4, 1.4.10, 2.4.11). Scrolling areas stay usable. */
() => {
  const CONTROLS = "a[href], button, input, select, textarea, summary, video[controls], [role=slider], [tabindex='0']";
  const SLACK = 1.5;
  const found = [];
  const name = (el) =>
    `${el.tagName.toLowerCase()}${el.dataset.test ? `[${el.dataset.test}]` : ""}${el.className ? `.${el.getAttribute("class").split(" ").join(".")}` : ""}`;
  const shown = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // For screen readers alone, or out of the picture until it has the focus.
  const unseen = (el) => el.closest(".kern-sr-only, .skip") !== null;
  const extent = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const modal = document.querySelector("dialog[open]:modal");
  const layer = modal ?? document.body;

  if (document.documentElement.scrollWidth > innerWidth) {
    const scrolled = (el) => el !== null && (getComputedStyle(el).overflowX !== "visible" || scrolled(el.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter((el) => el.getBoundingClientRect().right > innerWidth + SLACK && !scrolled(el.parentElement));
    const inmost = wide.filter((el) => !wide.some((other) => other !== el && el.contains(other)));
    found.push(`page ${document.documentElement.scrollWidth} wide at ${innerWidth}: ${inmost.slice(0, 4).map(name).join(", ")}`);
  }
  for (const el of layer.querySelectorAll("*")) {
    if (!shown(el) || unseen(el)) continue;
    const style = getComputedStyle(el);
    const tall = el.scrollHeight > el.clientHeight + SLACK;
    const wide = el.scrollWidth > el.clientWidth + SLACK;
    const clips = (overflow) => overflow === "hidden" || overflow === "clip";
    const text = [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (text && ((clips(style.overflowX) && wide) || (clips(style.overflowY) && tall))) found.push(`text cut off: ${name(el)}`);
    if (text && el instanceof HTMLElement) {
      // Words that stick out of their box run over what is beside it.
      const box = el.getBoundingClientRect();
      const words = [...el.childNodes].filter((node) => node.nodeType === 3).map(extent);
      const right = Math.max(...words.map((one) => one.right));
      if (style.display !== "inline" && style.overflowX === "visible" && right > box.right + SLACK)
        found.push(`text sticks out: ${name(el)} by ${Math.round(right - box.right)}`);
    }
    const scrolls = /auto|scroll/.test(style.overflowY) && tall;
    if (scrolls && el.clientHeight < 60 && el.tagName !== "TEXTAREA") found.push(`scrolls in ${el.clientHeight} px: ${name(el)}`);
  }

  const controls = [...layer.querySelectorAll(CONTROLS)].filter((el) => shown(el) && !unseen(el) && !el.matches("main"));
  for (const el of controls) {
    el.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const box = el.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) continue;
    const target = el.matches("input[type=checkbox], input[type=radio]") ? (el.closest("label, .kern-form-check") ?? el) : el;
    if (box.left < -SLACK || box.right > innerWidth + SLACK) {
      if (!el.matches("[tabindex='0']")) found.push(`off to the side: ${name(el)} ${Math.round(box.left)}..${Math.round(box.right)}`);
      continue;
    }
    // A large area may be larger than the window; its middle is enough.
    const across = el.matches("[tabindex='0']:not(button)") ? [0.5] : [0.12, 0.5, 0.88];
    for (const x of across)
      for (const y of across) {
        const px = box.left + box.width * x;
        const py = box.top + box.height * y;
        if (py < 0 || py > innerHeight) {
          if (box.height <= innerHeight) found.push(`out of the window: ${name(el)}`);
          continue;
        }
        const top = document.elementFromPoint(px, py);
        const mine = top !== null && (el.contains(top) || target.contains(top) || top.contains(el) && !top.matches(CONTROLS) && el.matches(":disabled"));
        if (!mine) found.push(`covered: ${name(el)} at ${x},${y} by ${top ? name(top) : "nothing"}`);
      }
  }
  scrollTo({ top: 0, behavior: "instant" });
  document.querySelector("main")?.scrollTo({ top: 0, behavior: "instant" });
  return [...new Set(found)];
}
