// Errors in the one shape all parts of the page use: the server's problem documents (RFC 9457), and our own for
// requests that never reached it. Our texts are in the page (`<template data-problem="…">`).

/**
 * @typedef {object} Problem
 * @property {string} code
 * @property {string} title
 * @property {string} detail
 * @property {string} [requestId]
 */

/** @typedef {'parent_silent' | 'offline' | 'repeat' | 'failed'} OwnCode */

const TYPE = 'application/problem+json'

/**
 * @param {OwnCode} code
 * @returns {Problem}
 */
export const ownProblem = (code) => {
  const words = /** @type {HTMLTemplateElement | null} */ (document.querySelector(`template[data-problem=${code}]`))
  const text = (/** @type {string} */ part) => words?.content.querySelector(part)?.textContent ?? ''
  return { code, title: text('strong'), detail: text('p') }
}

/**
 * A problem of our own, as if the server had answered it: so that there is one way for failures, htmx's.
 * @param {OwnCode} code
 * @param {number} status
 * @returns {Response}
 */
export const problemResponse = (code, status) =>
  new Response(JSON.stringify(ownProblem(code)), { status, headers: { 'Content-Type': TYPE } })

/** @param {string} text */
const parse = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The problem an answer tells of: a problem document, or any other answer that is not a piece of a screen. Undefined when
 * it can be shown as it is (a form with its messages comes as HTML with 422).
 * @param {{ status: number, type: string | null, text: string, requestId: string | null }} answer
 * @returns {Problem | undefined}
 */
export const problemIn = ({ status, type, text, requestId }) => {
  if (type?.startsWith(TYPE)) {
    const problem = parse(text)
    if (problem) return problem
  } else if (status < 400 || type?.startsWith('text/html')) {
    // A whole document is some proxy's page, never one of our fragments.
    if (!/^\s*<(!doctype|html)/i.test(text)) return undefined
  }
  const problem = ownProblem('failed')
  return requestId ? { ...problem, requestId } : problem
}
