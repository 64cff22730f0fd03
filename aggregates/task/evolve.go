package task

import (
	"maps"
	"slices"
	"time"
)

// evolve never writes into what the old state or the event refers to.
func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Created:
		return State{
			ID: e.Task, Status: StatusNew, Ticket: e.Ticket, Title: e.Title, About: e.About, Project: e.Project,
			Flags: e.Flags, Customer: e.Customer, Entity: e.Entity, Template: e.Template,
		}
	case DetailsChanged:
		s.Title, s.About = e.Title, e.About
	case MessagePosted:
		if e.FromCustomer {
			s.Files += len(e.Attachments)
		}
	case FollowerAdded:
		s.Followers = append(slices.Clip(s.Followers), e.Customer)
	case Numbered:
		s.Number = e.Number
	case Assigned:
		s.Assignee, s.Turn = e.Assignee, s.Turn+1
		return s.planned()
	case Scheduled:
		s.PlannedStart, s.PlannedEnd = e.PlannedStart, e.PlannedEnd
		return s.planned()
	case Started:
		s.Status = StatusInProgress
		s.Running, s.Turn, s.Since = e.Timer, e.Turn, e.At
	case Paused:
		s = s.stopped(e.At)
	case Resumed:
		s.Running, s.Turn, s.Since = e.Timer, e.Turn, e.At
		s.Signatures = superseded(s.Signatures)
	case MaterialUsed:
		s.Materials = used(s.Materials, e.Material)
	case ReportRequested:
		// The mail is the sender's business; the task stays what it is.
	case ReportSent:
		s.Mailed = mailedTo(s.Mailed, e.Request, e.Recipient)
	case ReportFailed:
		s.Mailed = mailedTo(s.Mailed, e.Request, e.Recipient)
	case WorksheetConflicted:
		s.Conflict = append(slices.Clip(s.Conflict), s.Worksheet)
		s.Signatures = superseded(s.Signatures)
	case WorksheetConflictSettled:
		s.Conflict = nil
	case WorksheetSaved:
		if !maps.Equal(e.Values, s.Worksheet.Values) {
			s.FilledIn = e.Version
		}
		s.Worksheet = Worksheet(e)
		s.Signatures = superseded(s.Signatures)
	case WorksheetShared:
		s.Shared = e.Version
	case WorksheetSigned:
		s.Shared = e.Version
		s.Signatures = append(slices.Clip(s.Signatures), Signature{
			Version: e.Version, Hash: e.Hash, Name: e.Name, Image: e.Signature, Via: e.Via, SignedAt: e.SignedAt,
		})
	case Completed:
		s = s.stopped(e.At)
		s.Status, s.Turn, s.Shared = StatusDone, s.Turn+1, s.Worksheet.Version
	case Reopened:
		s.Status, s.Signatures = StatusInProgress, superseded(s.Signatures)
	case Cancelled:
		s = s.stopped(e.At)
		s.Status = StatusCancelled
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

// stopped is the state after the timer, if one runs, was stopped. A clock that
// went back takes nothing off. Under a signature the time counts that was
// signed: more takes a version with it.
func (s State) stopped(at time.Time) State {
	switch {
	case s.Running == (Timer{}):
	case s.Signed():
		s.Worked = s.Worksheet.WorkedSeconds
	default:
		s.Worked += max(0, int64(at.Sub(s.Since)/time.Second))
	}
	s.Running, s.Since = Timer{}, time.Time{}
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
