package http

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/serial"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
	"aftersales/projections/documents"
	"aftersales/projections/tickets"
)

// past is the document as of the time or revision that the request names,
// folded from the log, whatever the read models have seen; its position is that
// of its last change until then. asked is false when the request names neither.
func (s *Server) past(r *http.Request, kind string, id uuid.UUID) (d documents.Document, asked bool, err error) {
	until, err := pastOf(r)
	if err != nil || until == nil {
		return d, false, err
	}
	stream, err := s.streamOf(r, kind, id)
	if err != nil {
		return d, true, err
	}
	if stream == "" {
		return d, true, aggregates.Refuse(notFound(kind))
	}
	events, err := s.eventsUntil(r.Context(), stream, until)
	if err != nil {
		return d, true, err
	}
	all, err := documents.Render(stream, events)
	if err != nil {
		return d, true, err
	}
	for _, p := range all {
		if p.Kind == kind && p.ID == id {
			if r.URL.Query().Has("at_revision") {
				last := events[len(events)-1].Position
				until = func(e eventstore.Envelope) bool { return e.Position <= last }
			}
			d, err = s.fulfilled(r.Context(), p, until)
			d.Historical = true
			return d, true, err
		}
	}
	return d, true, aggregates.Refuse(notFound(kind))
}

// fulfilled is the document as far as the streams that it is linked to tell.
func (s *Server) fulfilled(ctx context.Context, d documents.Document, until func(eventstore.Envelope) bool) (documents.Document, error) {
	switch d.Kind {
	case "lot":
		return s.located(ctx, d, until)
	case "ticket":
		return s.counted(ctx, d, until)
	}
	linked, err := d.Linked()
	if err != nil || d.Kind != "order" {
		return d, err
	}
	events := make(map[string][]eventstore.Envelope, len(linked))
	for _, stream := range linked {
		if events[stream], err = s.eventsUntil(ctx, stream, until); err != nil {
			return d, err
		}
	}
	return d.FulfilledBy(events)
}

// located is the lot where the documents that took it tell that it is; those that
// took it before its own stream noted so, the read model knows.
func (s *Server) located(ctx context.Context, d documents.Document, until func(eventstore.Envelope) bool) (documents.Document, error) {
	streams, err := documents.Tellers(ctx, s.Projections.Pool(), d.ID)
	if err != nil {
		return d, err
	}
	takers, err := s.eventsUntil(ctx, serial.Model.Stream(d.ID), until)
	if err != nil {
		return d, err
	}
	for _, e := range takers {
		if t, ok := e.Event.(serial.Taken); ok && t.Kind != serial.Scrap {
			streams = append(streams, t.Stream)
		}
	}
	events := make(map[string][]eventstore.Envelope, len(streams))
	for _, stream := range streams {
		if events[stream] != nil {
			continue
		}
		if events[stream], err = s.eventsUntil(ctx, stream, until); err != nil {
			return d, err
		}
	}
	return d.LocatedBy(events)
}

// counted is the ticket with its smart buttons. Which documents were made from it,
// its stream tells, shortly after they were; the counts are of those there were.
func (s *Server) counted(ctx context.Context, d documents.Document, until func(eventstore.Envelope) bool) (documents.Document, error) {
	now, err := s.eventsUntil(ctx, d.Stream, func(eventstore.Envelope) bool { return true })
	if err != nil {
		return d, err
	}
	var told []eventstore.Envelope
	read := map[string]bool{}
	for _, e := range now {
		made, ok := e.Event.(ticket.DocumentLinked)
		if !ok || read[made.Stream] {
			continue
		}
		read[made.Stream] = true
		events, err := s.eventsUntil(ctx, made.Stream, until)
		if err != nil {
			return d, err
		}
		told = append(told, events...)
	}
	return d.Set("smart_buttons", tickets.Count(d.ID, told))
}

// eventsUntil are the first events of a stream, up to one that is too late.
func (s *Server) eventsUntil(ctx context.Context, stream string, until func(eventstore.Envelope) bool) (events []eventstore.Envelope, err error) {
	for recorded, err := range s.Store.ReadStream(ctx, stream, 0) {
		if err != nil {
			return nil, err
		}
		e, err := s.Codec.Decode(recorded)
		if err != nil {
			return nil, err
		}
		if !until(e) {
			break
		}
		events = append(events, e)
	}
	return events, nil
}

// streamOf asks the log, and the read model for kinds that only it can find.
func (s *Server) streamOf(r *http.Request, kind string, id uuid.UUID) (string, error) {
	stream, err := s.Commands.StreamOf(r.Context(), kind, id)
	if err != nil || stream != "" {
		return stream, err
	}
	if _, err := s.reach(r, "documents"); err != nil {
		return "", err
	}
	d, _, err := documents.Get(r.Context(), s.Projections.Pool(), kind, id)
	return d.Stream, err
}

// pastOf reads as_of and at_revision; nil when the request has neither.
func pastOf(r *http.Request) (func(eventstore.Envelope) bool, error) {
	if err := onlyParameters(r, "as_of", "at_revision"); err != nil {
		return nil, err
	}
	at, err := timeParameter(r, "as_of")
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	switch {
	case query.Has("at_revision") && query.Has("as_of"):
		return nil, invalidParameter("at_revision")
	case query.Has("at_revision"):
		revision, err := strconv.ParseUint(query.Get("at_revision"), 10, 64)
		if err != nil {
			return nil, invalidParameter("at_revision")
		}
		return func(e eventstore.Envelope) bool { return e.Revision <= revision }, nil
	case query.Has("as_of"):
		return func(e eventstore.Envelope) bool { return !e.Meta.RecordedAt.After(at) }, nil
	}
	return nil, nil
}
