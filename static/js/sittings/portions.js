// A request takes so many answers and so many letters; an essay alone is always taken.
const MOST = 50;
const LETTERS = 60000;

export function firstPortion(list, payloadOf) {
  let letters = 0;
  const end = list.findIndex((one, at) => {
    letters += JSON.stringify(payloadOf(one)).length;
    return at > 0 && (at >= MOST || letters > LETTERS);
  });
  return end < 0 ? list : list.slice(0, end);
}
