package node

import (
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

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
	switch {
	case errors.Is(in.err, errTooBig):
		return exception(ctx, codes.InvalidArgument, in.err, "maximum-append-size-exceeded", "maximum-append-size", "1048576")
	case in.err != nil:
		return in.err
	case !in.addressed:
		return invalid("append without options")
	}
	result, err := s.engine.Write(ctx, in.write)
	if wrong, ok := errors.AsType[*engine.WrongVersionError](err); ok {
		return stream.SendAndClose(wrongVersionToWire(wrong))
	}
	if err != nil {
		return wireError(ctx, err)
	}
	return stream.SendAndClose(appendedToWire(result))
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
			a.write.Expected, a.err = expected(content.Options, content.Options.GetExpectedStreamRevision() != nil)
		}
	case *streams.AppendReq_ProposedMessage_:
		var p engine.Proposed
		if p, a.err = proposed(content.ProposedMessage); a.err != nil {
			return
		}
		a.write.Events = append(a.write.Events, p)
		a.size += len(p.Data) + len(p.Metadata) + 2*len(p.Type) // types count as UTF-16
		if a.size > maxAppendSize {
			a.write.Events, a.err = nil, errTooBig
		}
	default:
		a.err = invalid("append message without content")
	}
}
