// The simulated CRM's side of the frame: answers REQUEST_USER_DATA as the real one does, and sends the account form when
// another account or person is chosen.

const { frameOrigin = '', account = '', role = '' } = document.body.dataset

const frame = () => /** @type {HTMLIFrameElement | null} */ (document.getElementById('app-frame'))

const userContext = async () => {
  const response = await fetch('/sandbox/user-context', {
    method: 'POST',
    body: new URLSearchParams({ account, role }),
  })
  return (await response.json()).payload
}

addEventListener('message', async (event) => {
  const target = frame()?.contentWindow
  if (!target || event.source !== target || event.origin !== frameOrigin) return
  if (event.data?.message !== 'REQUEST_USER_DATA') return
  target.postMessage({ message: 'REQUEST_USER_DATA_RESPONSE', payload: await userContext() }, frameOrigin)
})

document.addEventListener('change', (event) => {
  const form = event.target instanceof Element && event.target.closest('form[data-submit-on-change]')
  if (form instanceof HTMLFormElement) form.requestSubmit()
})
