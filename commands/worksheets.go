package commands

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

// SaveWorksheet makes a new, unsigned version of a task's worksheet (F-09). Two
// people may have it open: If-Match is required, or BaseVersion, the version that
// was filled in further, 0 for none. What was filled in offline, on a version that
// others have overtaken meanwhile, is kept beside theirs (domain.md 3.7).
type SaveWorksheet struct {
	Task        uuid.UUID   `json:"-"`
	Values      task.Values `json:"values"`
	BaseVersion *int        `json:"base_version"`
}

func (SaveWorksheet) commandName() string { return "save-worksheet" }

func (c SaveWorksheet) execute(ctx context.Context, x *execution) error {
	if _, err := x.task(ctx, c.Task); err != nil {
		return err
	}
	save := func(s task.State) ([]aggregates.Event, error) {
		w := task.Filling{Values: c.Values, Base: s.Worksheet.Version, By: x.req.Principal.Actor.ID, At: x.now}
		if c.BaseVersion != nil {
			w.Base = *c.BaseVersion
		} else if x.req.IfMatch == nil {
			return nil, aggregates.Refuse("precondition_required")
		}
		return s.SaveWorksheet(w)
	}
	_, err := change(ctx, x, "task", task.Model, c.Task, foreseeing(x, task.Model, save, func(s task.State) {
		if s.InConflict() {
			x.warn("worksheet_conflict", "version", strconv.Itoa(s.Worksheet.Version), "with", s.Disputed())
		}
	}))
	return err
}

// ShareWorksheet shows the worksheet as it is to the customer, to be signed in the
// portal or by link.
type ShareWorksheet struct {
	Task uuid.UUID `json:"-"`
}

func (ShareWorksheet) commandName() string { return "share-worksheet" }

func (c ShareWorksheet) execute(ctx context.Context, x *execution) error {
	return x.changeTask(ctx, c.Task, task.State.Share)
}

// Signing is a customer's signature under the version and hash of the worksheet
// that they were shown (F-10); Signature is a PNG data URL.
type Signing struct {
	Name      string `json:"name"`
	Signature string `json:"signature"`
	Version   int    `json:"version"`
	Hash      string `json:"hash"`
}

// rule signs by the channel that the request came by; shown as in task.Signing.
func (g Signing) rule(x *execution, shown bool) func(task.State) ([]aggregates.Event, error) {
	return func(s task.State) ([]aggregates.Event, error) {
		return s.Sign(task.Signing{
			Version: g.Version, Hash: g.Hash, Name: g.Name, Image: g.Signature, Via: x.req.Principal.Actor.Channel,
			Shown: shown, At: x.now, From: x.evidence(),
		})
	}
}

// SignWorksheet takes the customer's signature on the technician's device.
type SignWorksheet struct {
	Task uuid.UUID `json:"-"`
	Signing
}

func (SignWorksheet) commandName() string { return "sign-worksheet" }

func (c SignWorksheet) execute(ctx context.Context, x *execution) error {
	return x.changeTask(ctx, c.Task, c.rule(x, false))
}

// SignOwnWorksheet is the customer's signature, given in the portal.
type SignOwnWorksheet struct {
	Task uuid.UUID `json:"-"`
	Signing
}

func (SignOwnWorksheet) commandName() string { return "sign-own-worksheet" }

func (c SignOwnWorksheet) execute(ctx context.Context, x *execution) error {
	if err := x.ownTask(ctx, c.Task); err != nil {
		return err
	}
	_, err := change(ctx, x, "task", task.Model, c.Task, c.rule(x, true))
	return err
}
