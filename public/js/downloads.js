// Downloads: a plain link would send no token, so `<a download>` is fetched and saved as a file.

/** @import { Session } from './session.js' */
import { ownProblem, problemIn } from './problem.js'
import { showProblem } from './toasts.js'

/** @param {Response} response */
const nameIn = (response) => /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1]

/**
 * @param {HTMLAnchorElement} link
 * @param {Session} session
 */
const download = async (link, session) => {
  const response = await session.fetch(link.href)
  if (!response.ok) {
    const type = response.headers.get('Content-Type')
    const requestId = response.headers.get('X-Request-Id')
    showProblem(
      problemIn({ status: response.status, type, text: await response.text(), requestId }) ?? ownProblem('failed'),
    )
    return
  }
  const file = document.createElement('a')
  file.href = URL.createObjectURL(await response.blob())
  file.download = link.download || nameIn(response) || ''
  file.click()
  // Later, because some browsers read the file only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(file.href), 60_000)
}

/** @param {{ session: Session }} options */
export const connectDownloads = ({ session }) => {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[download]') : null
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return
    event.preventDefault()
    if (link.ariaBusy === 'true') return
    link.ariaBusy = 'true'
    download(link, session)
      .catch(() => showProblem(ownProblem('offline')))
      .finally(() => {
        link.ariaBusy = null
      })
  })
}
