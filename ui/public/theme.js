// Before the first paint, so that a theme chosen by hand does not flash in the other one. A file, for the policy allows no
// script in the document.
try {
  const theme = localStorage.getItem('sluice.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is switched off: the system decides.
}
