// What the browser saves as a file.

export function offer(blob, name) {
  const address = URL.createObjectURL(blob);
  download(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

export function download(address, name) {
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
}
