package task

import "slices"

// evolve never writes into what the old state or the event refers to.
func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Created:
		return State{
			ID: e.Task, Status: StatusNew, Ticket: e.Ticket, Title: e.Title, Project: e.Project,
			Flags: e.Flags, Customer: e.Customer, Entity: e.Entity, Template: e.Template,
		}
	case FollowerAdded:
		s.Followers = append(slices.Clip(s.Followers), e.Customer)
	case Numbered:
		s.Number = e.Number
	case Assigned:
		s.Assignee = e.Assignee
		return s.planned()
	case Scheduled:
		s.PlannedStart, s.PlannedEnd = e.PlannedStart, e.PlannedEnd
		return s.planned()
	case Started:
		s.Status, s.Paused = StatusInProgress, false
	case Paused:
		s.Paused = true
	case Resumed:
		s.Paused = false
	case WorksheetSaved:
		s.Worksheet = Worksheet(e)
		s.Signatures = superseded(s.Signatures)
	case WorksheetSigned:
		s.Signatures = append(slices.Clip(s.Signatures), Signature{
			Version: e.Version, Hash: e.Hash, Name: e.Name, Image: e.Signature, Via: e.Via, SignedAt: e.SignedAt,
		})
	case Completed:
		s.Status, s.Paused = StatusDone, false
	case Reopened:
		s.Status, s.Signatures = StatusInProgress, superseded(s.Signatures)
	case Cancelled:
		s.Status, s.Paused = StatusCancelled, false
	}
	return s
}

// planned is the state after an assignee or a time was set.
func (s State) planned() State {
	if s.Status == StatusNew && s.Assignee != "" && !s.PlannedStart.IsZero() {
		s.Status = StatusPlanned
	}
	return s
}

// superseded are the signatures, none of which counts any more.
func superseded(signatures []Signature) []Signature {
	signatures = slices.Clone(signatures)
	for i := range signatures {
		signatures[i].Superseded = true
	}
	return signatures
}
