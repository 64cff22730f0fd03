package task

import (
	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
)

// PostMessage adds a message that the customer sees, whatever became of the
// visit. Refusals: those of attachment.Say.
func (s State) PostMessage(m MessagePosted) ([]aggregates.Event, error) {
	if err := attachment.Say(m.Body, m.Attachments, m.FromCustomer, s.Files); err != nil {
		return nil, err
	}
	return []aggregates.Event{m}, nil
}
