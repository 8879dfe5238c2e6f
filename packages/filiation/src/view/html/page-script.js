// The page's only script. Everything can be read without it: disclosures open by themselves, and print
// opens them by style where the browser can.
(() => {
  const root = document.documentElement;
  // Not the figures' data: hundreds of rows that the JSON document has too.
  const all = () => Array.from(document.querySelectorAll('main details:not(.figure-data)'));

  const tool = (name, act) => {
    const button = document.querySelector(`button[data-tool="${name}"]`);
    if (button === null) return;
    button.hidden = false;
    button.addEventListener('click', () => act(button));
  };

  const darkWanted = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (darkWanted.matches ? 'dark' : 'light')) === 'dark';
  const nameTheme = (button) => {
    button.textContent = isDark() ? 'Light theme' : 'Dark theme';
  };
  tool('theme', (button) => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    nameTheme(button);
  });
  const themeButton = document.querySelector('button[data-tool="theme"]');
  if (themeButton !== null) {
    nameTheme(themeButton);
    darkWanted.addEventListener('change', () => nameTheme(themeButton));
  }

  if (all().length > 0)
    tool('open-all', (button) => {
      const open = all().some((each) => !each.open);
      for (const each of all()) each.open = open;
      button.textContent = open ? 'Close all' : 'Open all';
    });
  tool('print', () => print());

  // A page standing alone on paper must show everything; afterwards the reader's own view returns.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all().filter((each) => !each.open);
    for (const each of closed) each.open = true;
  });
  addEventListener('afterprint', () => {
    for (const each of closed) each.open = false;
    closed = [];
  });

  const reveal = () => {
    const target = document.querySelector(':target');
    for (let at = target; at !== null; at = at.parentElement)
      if (at instanceof HTMLDetailsElement) at.open = true;
    target?.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();

  tool('save-svg', (button) => {
    for (const drawing of document.querySelectorAll('figure.tree svg')) {
      const copy = drawing.cloneNode(true);
      const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
      style.textContent = document.querySelector('style')?.textContent ?? '';
      const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      for (const [name, value] of Object.entries({ width: '100%', height: '100%', class: 'background' }))
        ground.setAttribute(name, value);
      copy.prepend(style, ground);
      const blob = new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = button.dataset.file ?? 'figure.svg';
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }
  });
})();
