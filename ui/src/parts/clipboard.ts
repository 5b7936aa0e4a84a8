/**
 * Puts a text on the clipboard.
 *
 * Browsers withhold the clipboard from pages that came over plain HTTP from another machine; the old command still works in
 * some of them there.
 *
 * @returns whether it is there now. Never says so without knowing.
 */
export async function copyText(text: string, around: HTMLElement = document.body): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text, around)
  }
}

/** @param around inside the open dialog, if there is one: nothing outside can be selected */
function copyBySelection(text: string, around: HTMLElement): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  around.append(field)
  field.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    field.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}
