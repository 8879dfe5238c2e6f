/** `F1, F2, F3, F5, O1` → `F1–F3, F5, O1`: runs of three and more numbers of one kind are drawn together. */
export function ranges(numbers: readonly string[]): string {
  const runs: { readonly letter: string; readonly first: number; last: number }[] = [];
  for (const each of numbers) {
    const [letter, value] = [each.slice(0, 1), Number(each.slice(1))];
    const run = runs.at(-1);
    if (run?.letter === letter && run.last + 1 === value) run.last = value;
    else runs.push({ letter, first: value, last: value });
  }
  return runs
    .map(({ letter, first, last }) => {
      if (first === last) return `${letter}${first}`;
      return `${letter}${first}${last === first + 1 ? ', ' : '–'}${letter}${last}`;
    })
    .join(', ');
}
