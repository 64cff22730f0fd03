package node

import (
	"context"
	"errors"
	"io"
	"unicode/utf16"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"aftersales/eventstore/node/engine"
)

// maxAppendSize bounds the events of one append together, in bytes.
const maxAppendSize = 1 << 20

var errTooBig = errors.New("maximum append size of 1048576 bytes exceeded")

// streamsService reads and writes streams.
type streamsService struct {
	streams.UnimplementedStreamsServer
	engine *engine.Engine
}

// Append implements the protocol: one message that says where, then one for
// each event. All are read before any answer, a refusal too: a client that is
// still sending would see no more than a broken stream.
func (s *streamsService) Append(stream streams.Streams_AppendServer) error {
	var in appendReader
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		in.read(req)
	}
	ctx := stream.Context()
	result, err := s.finish(ctx, &in)
	if wrong, ok := errors.AsType[*engine.WrongVersionError](err); ok {
		return stream.SendAndClose(wrongVersionToWire(wrong))
	}
	if err != nil {
		return wireError(ctx, err)
	}
	return stream.SendAndClose(appendedToWire(result))
}

// finish carries out an append that was read to its end.
func (s *streamsService) finish(ctx context.Context, a *appendReader) (engine.Result, error) {
	switch {
	case a.err != nil:
		return engine.Result{}, a.err
	case !a.addressed:
		return engine.Result{}, invalid("append without options")
	}
	return s.write(ctx, rightWrite, a.write)
}

// write carries out what the caller has the right to.
func (s *streamsService) write(ctx context.Context, right string, w engine.Write) (engine.Result, error) {
	if err := permitted(ctx, w.Stream, right); err != nil {
		return engine.Result{}, err
	}
	return s.engine.Write(ctx, w)
}

// appendReader collects an append until its first fault.
type appendReader struct {
	write     engine.Write
	addressed bool
	size      int
	err       error
}

// read takes one message in. After a fault it only lets the rest go by.
func (a *appendReader) read(req *streams.AppendReq) {
	if a.err != nil {
		return
	}
	switch content := req.GetContent().(type) {
	case *streams.AppendReq_Options_:
		a.addressed = true
		a.write.Stream, a.err = streamName(content.Options.GetStreamIdentifier())
		if a.err == nil {
			o := content.Options
			a.write.Expected, a.err = expected(o, o.GetRevision(), o.GetExpectedStreamRevision() != nil)
		}
	case *streams.AppendReq_ProposedMessage_:
		var p engine.Proposed
		if p, a.err = proposed(content.ProposedMessage); a.err != nil {
			return
		}
		a.write.Events = append(a.write.Events, p)
		a.size += len(p.Data) + len(p.Metadata) + 2*utf16Length(p.Type)
		if a.size > maxAppendSize {
			a.write.Events, a.err = nil, errTooBig
		}
	default:
		a.err = invalid("append message without content")
	}
}

// utf16Length counts as .NET, which EventStoreDB is written in, counts a text.
func utf16Length(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
