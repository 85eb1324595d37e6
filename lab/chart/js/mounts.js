// What can be mounted; last, since it names what the other files define.

const MOUNTS = { chart: mountChart, progress: mountProgress, player: mountPlayer };
