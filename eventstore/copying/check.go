package copying

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"aftersales/eventstore"
)

// Check compares the target with the source up to and with a position of the
// source: every event in log order, then the metadata of every stream. The
// error is ErrDiffers with the first difference.
func Check(ctx context.Context, source, target *eventstore.Client, until eventstore.Position) error {
	ctx = eventstore.Patiently(ctx)
	from, to := read(source, until), read(target, 0)
	there, stop := iter.Pull2(to.entries(ctx))
	defer stop()
	for r, err := range from.entries(ctx) {
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		t, err, some := there()
		if !some {
			return fmt.Errorf("%w: the target lacks %s", ErrDiffers, place(r))
		}
		if err := match(r, t, err); err != nil {
			return err
		}
	}
	if t, err, some := there(); some {
		return extra(t, err)
	}
	return metadata(from, to)
}

func match(r, there eventstore.Recorded, err error) error {
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	if !same(r, there) {
		return fmt.Errorf("%w: the source has %s where the target has %s", ErrDiffers, place(r), place(there))
	}
	return nil
}

func extra(there eventstore.Recorded, err error) error {
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	return fmt.Errorf("%w: only the target has %s", ErrDiffers, place(there))
}

func place(r eventstore.Recorded) string {
	if isDeletion(r) {
		return fmt.Sprintf("the deletion of %s at position %s", r.Stream, r.Position)
	}
	return fmt.Sprintf("revision %d of %s at position %s (%s, id %s)", r.Revision, r.Stream, r.Position, r.Type, r.ID)
}

// metadata compares what streams that still exist are described by.
func metadata(from, to *history) error {
	streams := maps.Clone(from.metadata)
	maps.Copy(streams, to.metadata)
	for _, stream := range slices.Sorted(maps.Keys(streams)) {
		a, b := from.metadata[stream], to.metadata[stream]
		if !from.deleted[stream] && !sameMetadata(a.Data, b.Data) {
			return fmt.Errorf("%w: metadata of %s is %s in the source and %s in the target", ErrDiffers, stream, a.Data, b.Data)
		}
	}
	return nil
}
