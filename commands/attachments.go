package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/task"
	"aftersales/aggregates/ticket"
)

// Upload is a file that comes with a message; its content stands in base64 in
// JSON.
type Upload struct {
	ID        *uuid.UUID `json:"id"`
	Name      string     `json:"name"`
	MediaType string     `json:"media_type"`
	Content   []byte     `json:"content"`
}

// Uploads are the files that come with one message, in its order.
type Uploads []Upload

// files are what the message tells of the files.
func (u Uploads) files(x *execution) ([]attachment.File, error) {
	var files []attachment.File
	for i, f := range u {
		sum := sha256.Sum256(f.Content)
		files = append(files, attachment.File{
			ID: x.newID(f.ID, "attachment", strconv.Itoa(i)), Name: attachment.Name(f.Name), MediaType: attachment.MediaType(f.MediaType),
			Size: len(f.Content), SHA256: hex.EncodeToString(sum[:]),
		})
	}
	return files, attachment.Check(files)
}

// posting is a rule that posts a message with its files. They are kept once the
// rule lets the message pass, so that a refusal leaves nothing behind, and before
// it is there, so that no message tells of a file that is not. Goes says where the
// message goes.
func posting[S any](ctx context.Context, x *execution, uploads Uploads, goes func(S) attachment.Stored,
	rule func(S, []attachment.File) ([]aggregates.Event, error),
) func(S) ([]aggregates.Event, error) {
	return func(s S) ([]aggregates.Event, error) {
		files, err := uploads.files(x)
		if err != nil {
			return nil, err
		}
		events, err := rule(s, files)
		if err != nil {
			return nil, err
		}
		of := goes(s)
		for i, f := range files {
			of.File = f
			if err := x.keep(ctx, of, uploads[i].Content); err != nil {
				return nil, err
			}
		}
		return events, nil
	}
}

// keep stores a file by an execution of its own: its event announces nothing of
// the command, which may yet die before its message is there.
func (x *execution) keep(ctx context.Context, f attachment.Stored, content []byte) error {
	sealed, err := x.s.Secrets.Seal(string(content), sealedFile(f.ID))
	if err != nil {
		return err
	}
	f.Content = sealed
	child := *x
	child.seed = aggregates.DeriveID("attachment", x.seed.String(), f.ID.String())
	child.match, child.appended, child.steps = "", nil, map[string]int{}
	_, err = decide(ctx, &child, attachment.Model, f.ID, func(s attachment.State) ([]aggregates.Event, error) { return s.Store(f) })
	x.position = max(x.position, child.position)
	return err
}

// sealedFile is the context that a file's content is sealed in.
func sealedFile(id uuid.UUID) string { return "attachment " + id.String() }

// Attachment is a file with its content.
type Attachment struct {
	attachment.File
	Content []byte
}

// errNoAttachment hides what is not for who asks.
var errNoAttachment = aggregates.Refuse("attachment_not_found")

// ReadAttachment answers a file to one of the company's people, for whom the
// ticket of its message must be there, or to a customer, who sees the files of
// their own messages and of those to them. Else it is attachment_not_found.
func (s *Service) ReadAttachment(ctx context.Context, p Principal, a Access, id uuid.UUID) (Attachment, error) {
	x := s.newExecution(Request{Principal: p}, "")
	l, err := load(ctx, x, attachment.Model, id)
	if err != nil {
		return Attachment{}, err
	}
	if !l.Exists {
		return Attachment{}, errNoAttachment
	}
	var seen bool
	if p.IsCustomer() {
		seen, err = x.seesFile(ctx, l.State)
	} else {
		seen, err = x.sees(ctx, a, l.State.Ticket)
	}
	if err == nil && !seen {
		err = errNoAttachment
	}
	if err != nil {
		return Attachment{}, err
	}
	return s.open(ctx, l)
}

// seesFile says whether a file is for the customer who asks.
func (x *execution) seesFile(ctx context.Context, f attachment.State) (bool, error) {
	entity, err := x.portalEntity(ctx)
	if err != nil || !f.ShownTo(entity) {
		return false, err
	}
	if f.Kind == "task" {
		l, err := load(ctx, x, task.Model, f.Document)
		return l.State.Entity == entity && l.State.Flags.PortalVisible, err
	}
	l, err := load(ctx, x, ticket.Model, f.Document)
	return l.State.Details.Entity == entity, err
}

// open reads the content of a file from the log.
func (s *Service) open(ctx context.Context, l loaded[attachment.State]) (Attachment, error) {
	for r, err := range s.Store.ReadStream(ctx, l.Stream, 0) {
		if err != nil {
			return Attachment{}, err
		}
		e, err := s.Codec.Decode(r)
		if err != nil {
			return Attachment{}, err
		}
		if stored, ok := e.Event.(attachment.Stored); ok {
			content, err := s.Secrets.Open(stored.Content, sealedFile(stored.ID))
			return Attachment{stored.File, []byte(content)}, err
		}
	}
	return Attachment{}, fmt.Errorf("attachment %s has no content", l.ID)
}

// OpenAttachmentLink answers the file that the secret of an address on a portal
// link's page opens, as long as the link itself opens and shows its document.
// Every refusal is not_found.
func (s *Service) OpenAttachmentLink(ctx context.Context, secret string) (Attachment, error) {
	none := aggregates.Refuse("not_found")
	link, file, ok := s.Secrets.fileIn(secret)
	if !ok {
		return Attachment{}, none
	}
	l, err := s.validLink(ctx, link)
	if err != nil {
		return Attachment{}, err
	}
	f, err := load(ctx, s.newExecution(Request{}, ""), attachment.Model, file)
	if err != nil {
		return Attachment{}, err
	}
	if f.State.Kind != l.State.Kind || f.State.Document != l.State.Document {
		return Attachment{}, none
	}
	bearer := PortalLink{ID: link, Customer: l.State.Customer}.Principal()
	a, err := s.ReadAttachment(ctx, bearer, Access{}, file)
	if refusedWith(err, "attachment_not_found") {
		return Attachment{}, none
	}
	return a, err
}
