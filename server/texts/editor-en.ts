// English of the visual editor of workflows.

export const editorEn = {
  title: 'Edit {name}',
  start: 'Starts with',
  startEmpty: 'Choose what starts it',
  tree: 'Steps',
  add: 'Add a step here',
  end: 'End',
  said: {
    moved: 'Moved.',
    duplicated: 'Copied.',
    removed: 'Removed. Undo brings it back.',
  },
  summaries: {
    ways: { one: 'One way and otherwise', other: '{count} ways and otherwise' },
    by: 'By {what}',
    each: 'Each of {what}',
    minutes: { one: 'One minute', other: '{count} minutes' },
    hours: { one: 'One hour', other: '{count} hours' },
    days: { one: 'One day', other: '{count} days' },
    until: 'Until {what}',
    event: 'Until: {what}',
  },
} as const
