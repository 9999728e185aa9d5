// What was changed in the matrix, to be undone and done again. A step is a list of [input, before, after].

export function makeHistory() {
  const done = [];
  const undone = [];

  function remember(step) {
    done.push(step);
    undone.length = 0;
  }

  function play(from, to, side) {
    const step = from.pop();
    if (!step) return null;
    for (const change of step) change[0].value = change[side];
    to.push(step);
    return step[step.length - 1][0];
  }

  return {
    // Typed already: keystrokes into one place are one step until another place is touched.
    typed(input, before, isSame) {
      const last = done[done.length - 1];
      if (isSame && last && last.length === 1 && last[0][0] === input) {
        last[0][2] = input.value;
        undone.length = 0;
      } else remember([[input, before, input.value]]);
    },
    change(pairs) {
      remember(pairs.map(([input, after]) => [input, input.value, after]));
      for (const [input, after] of pairs) input.value = after;
    },
    undo: () => play(done, undone, 1),
    redo: () => play(undone, done, 2),
  };
}
