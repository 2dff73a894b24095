// Commands can be copied.

function addCopying(block) {
  const button = make('button', {
    className: 'copy',
    onclick: () => {
      const code = block.querySelector('code');
      if (navigator.clipboard) {
        navigator.clipboard.writeText(code.textContent).then(() => {
          button.textContent = 'Copied';
          setTimeout(() => { button.textContent = 'Copy'; }, 1500);
        }, () => {});
      } else {
        getSelection().selectAllChildren(code);
      }
    },
  }, 'Copy');
  block.append(button);
}

for (const table of document.querySelectorAll('table[data-rows]')) new ExperimentTable(table);
for (const figure of document.querySelectorAll('.chart')) {
  const svg = figure.querySelector('.chart-scroll > svg');
  if (!svg) continue;
  if (svg.querySelector('g[data-series]')) new LineReadOut(figure, svg);
  if (svg.querySelector('.points, [data-first]')) new ExperimentReadOut(figure, svg);
}
for (const block of document.querySelectorAll('.command')) addCopying(block);
