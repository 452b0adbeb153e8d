/** Explanation of each event, for users who choose events. */
export const eventHints: Readonly<Record<string, string>> = {
  'job.completed': 'A job got a response that it accepts',
  'job.failed': 'A job was given up',
  'job.cancelled': 'Somebody cancelled a job',
  'job.started': 'The first attempt of a job began',
  'job.attempt_failed': 'An attempt failed; the job may try again',
  'endpoint.disabled': 'An endpoint of the project was disabled',
  'delivery.failed': 'A delivery to some endpoint was given up',
  'alert.raised': 'Something needs a person: an alert of the overview',
  'alert.cleared': 'An alert is over',
  'response.completed': 'A model response is complete',
  'response.failed': 'A model response failed, or its job was given up',
  'response.cancelled': 'Somebody cancelled a model response',
  'response.incomplete': 'A model response ended early, by a limit or a filter',
};
