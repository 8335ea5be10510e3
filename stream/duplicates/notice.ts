/** What an operator should hear of; each kind is told once for the life of the state. */
export type DuplicateNotice =
  | { kind: 'duplicates-forgotten-early'; itemsMax: number }
  | { kind: 'campaigns-forgotten-early'; campaignsMax: number }
  | { kind: 'campaign-members-over-limit'; campaignMembersMax: number }
  | { kind: 'histories-forgotten-early'; historyCustomersMax: number }
  | { kind: 'history-values-over-limit'; historyValuesMax: number };
