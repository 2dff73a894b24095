// Commands can be copied.

function addCopying(block) {
  const button = make('button', {
    className: 'button',
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

for (const block of document.querySelectorAll('.command')) addCopying(block);

window.keepsake = {
  // Elements
  isSingleFile, pageOf, addressOf, make, draw, visible, short, load,
  // Numbers
  special, minus, numberOf, formatMetric, formatParam, formatDuration, formatTime,
  // Rows of the table
  plain, breakable, loadRows, linkTo, cellOf,
};
