// How often a schedule is due, as fields of a form. Which of them are needed depends on the first.
import type { FieldEntry } from '../schema.ts'

export const cadence: FieldEntry[] = [
  {
    key: 'every',
    label: 'How often',
    type: 'select',
    required: true,
    choices: [
      { value: 'minutes', label: 'Every few minutes' },
      { value: 'hours', label: 'Every few hours' },
      { value: 'day', label: 'Every day' },
      { value: 'week', label: 'Every week' },
      { value: 'month', label: 'Every month' },
    ],
  },
  {
    key: 'count',
    label: 'How many minutes or hours',
    type: 'numerical',
    format: 'integer',
    min: 1,
    max: 1440,
    help: 'For every few minutes or hours. They are counted from midnight, universal time.',
  },
  {
    key: 'time',
    label: 'Time of day',
    type: 'string',
    max: 5,
    help: 'For every day, week or month. From 00:00 to 23:59, like 09:00.',
  },
  {
    key: 'weekdays',
    label: 'Days of the week',
    type: 'multiselect',
    list: true,
    choices: [
      { value: 'monday', label: 'Monday' },
      { value: 'tuesday', label: 'Tuesday' },
      { value: 'wednesday', label: 'Wednesday' },
      { value: 'thursday', label: 'Thursday' },
      { value: 'friday', label: 'Friday' },
      { value: 'saturday', label: 'Saturday' },
      { value: 'sunday', label: 'Sunday' },
    ],
    help: 'For every week.',
  },
  {
    key: 'day',
    label: 'Day of the month',
    type: 'numerical',
    format: 'integer',
    min: 1,
    max: 31,
    help: 'For every month. In shorter months it is the last day.',
  },
  {
    key: 'timeZone',
    label: 'Time zone',
    type: 'string',
    max: 60,
    help: "Like Europe/Madrid. The account's own when left empty.",
  },
]
