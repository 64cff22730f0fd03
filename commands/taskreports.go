package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/task"
	"aftersales/aggregates/ticket"
	"aftersales/commands/mail"
	"aftersales/eventstore"
)

// SendWorksheetReport mails the signed worksheet to the recipients named, the
// customer and all followers of the ticket.
type SendWorksheetReport struct {
	Task       uuid.UUID `json:"-"`
	Recipients []string  `json:"recipients"`
	Message    string    `json:"message"`
}

func (SendWorksheetReport) commandName() string { return "send-worksheet-report" }

func (c SendWorksheetReport) execute(ctx context.Context, x *execution) error {
	s, err := x.task(ctx, c.Task)
	if err != nil {
		return err
	}
	t, err := load(ctx, x, ticket.Model, s.Ticket)
	if err != nil {
		return err
	}
	to, err := x.mailTo(ctx, t.State, s.Customer, c.Recipients)
	if err != nil {
		return err
	}
	return x.changeTask(ctx, c.Task, func(s task.State) ([]aggregates.Event, error) {
		return s.RequestReport(to, strings.TrimSpace(c.Message))
	})
}

// requestedReport is the mail with the signed worksheet that an event asks for.
func (s *Service) requestedReport(ctx context.Context, e eventstore.Envelope, asked task.ReportRequested) (RequestedMail, bool, error) {
	x := s.mailing(e, "")
	l, err := load(ctx, x, task.Model, documentOf(e))
	if err != nil {
		return RequestedMail{}, false, err
	}
	m := RequestedMail{
		Request: e.ID, Asked: e.Meta.RecordedAt, Recipients: asked.Recipients,
		Open: l.State.Unmailed(e.ID, asked.Recipients),
	}
	if len(m.Open) == 0 {
		return RequestedMail{}, false, nil
	}
	if l.State.Worksheet.Version != asked.Version {
		m.Unsendable = "stale_version" // it was changed since, and nobody signed that
		return m, true, nil
	}
	if m.Language, err = x.languageOf(ctx, l.State.Customer); err != nil {
		return RequestedMail{}, false, err
	}
	if m.Languages, err = x.languagesOn(ctx, l.State.Ticket); err != nil {
		return RequestedMail{}, false, err
	}
	m.Letter, err = x.report(ctx, l.State, asked.Message)
	return m, err == nil, err
}

// report is what the mail tells of a signed worksheet.
func (x *execution) report(ctx context.Context, s task.State, note string) (mail.Report, error) {
	g, _ := s.Signature()
	r := mail.Report{
		Number: s.Number, Title: s.Title, Note: note, Version: s.Worksheet.Version, Hash: s.Worksheet.Hash,
		Worked:   (time.Duration(s.Worksheet.WorkedSeconds) * time.Second).String(),
		SignedBy: g.Name, SignedOn: aggregates.DateOf(g.SignedAt, x.s.Zone), SignedAt: g.SignedAt.In(x.s.Zone).Format("15:04"),
	}
	if s.Worksheet.WorkedSeconds == 0 {
		r.Worked = ""
	}
	image, _, ok := check.ReadPicture(g.Image)
	if !ok {
		return r, fmt.Errorf("signature of task %s is no picture", s.ID)
	}
	r.Pictures = []mail.Picture{{Name: "signature.png", Type: "image/png", Image: image}}
	for _, name := range inOrder(s) {
		line := mail.ReportLine{Name: name, Value: fmt.Sprint(s.Worksheet.Values[name])}
		if p, ok := pictureOf(line.Value, len(r.Pictures)); ok {
			line.Value, line.Attached = "", p.Name
			r.Pictures = append(r.Pictures, p)
		}
		r.Filled = append(r.Filled, line)
	}
	for _, m := range s.Worksheet.Materials {
		p, err := x.currentProduct(ctx, "product", m.Product)
		if err != nil {
			return r, err
		}
		r.Materials = append(r.Materials, mail.ReportLine{Name: p.Name, Value: m.Quantity.String() + " " + m.Unit})
	}
	return r, nil
}

// pictureOf is the picture that a value is, with its number in its name.
func pictureOf(value string, number int) (p mail.Picture, ok bool) {
	image, isPNG, ok := check.ReadPicture(value)
	kind := "jpeg"
	if isPNG {
		kind = "png"
	}
	return mail.Picture{Name: fmt.Sprintf("picture-%d.%s", number, kind), Type: "image/" + kind, Image: image}, ok
}

// inOrder are the names of what was filled in, in the order of the form, else
// of the alphabet.
func inOrder(s task.State) []string {
	var names []string
	if s.Template != nil {
		for _, f := range s.Template.Fields {
			if _, filled := s.Worksheet.Values[f.Name]; filled {
				names = append(names, f.Name)
			}
		}
		return names
	}
	for name := range s.Worksheet.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
