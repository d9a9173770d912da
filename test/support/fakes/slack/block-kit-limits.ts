/**
 * Slack's documented limits and field names, to check messages, modals and home views against.
 * Source: the reference of Block Kit. One figure is not documented: near 13,200 characters over all
 * blocks of a message Slack answers `msg_blocks_too_long`; 13,000 is used here.
 */
export const limits = {
  messageBlocks: 50,
  viewBlocks: 100,
  messageCharacters: 13_000,
  messageText: 40_000,
  viewBytes: 250_000,
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  buttonUrl: 3000,
  accessibilityLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  options: 10,
  optionText: 75,
  optionValue: 150,
  id: 255,
  viewTitle: 24,
  metadata: 3000,
  inputLabel: 2000,
  inputHint: 2000,
  inputLength: 3000,
  tableRows: 100,
  tableCells: 20,
} as const;
