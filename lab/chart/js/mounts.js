// What can be mounted; last, since it names what the other files define.

const MOUNTS = {
  chart: mountChart,
  legend: mountLegend,
  progress: mountProgress,
  formula: mountFormula,
  pictures: mountPictures,
  player: mountPlayer,
};
