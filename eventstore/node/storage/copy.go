package storage

import (
	"encoding/binary"
	"strings"

	"aftersales/eventstore/node/engine"
)

// copyIn takes the rows of appendCopy. For groups of rows it costs less than an
// INSERT, on either side.
const copyIn = `COPY es.event (` + eventColumns + `) FROM STDIN (FORMAT binary)`

// The binary format of COPY: a signature, then flags and the length of an
// extension, both zero; rows; and where a row would tell its number of columns, -1.
const (
	copyHeader  = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	copyColumns = 9
	copyTrailer = "\xff\xff"
)

// appendCopy appends events as rows of eventColumns.
func appendCopy(b []byte, events []*engine.Event) []byte {
	b = append(b, copyHeader...)
	for _, e := range events {
		b = binary.BigEndian.AppendUint16(b, copyColumns)
		b = appendNumber(b, e.Position)
		b = appendField(b, e.Stream)
		b = appendNumber(b, e.Revision)
		b = appendField(b, e.ID[:])
		b = appendField(b, e.Type)
		b = appendField(b, binary.BigEndian.AppendUint16(nil, flags(e)))
		b = appendNumber(b, e.Created)
		b = appendField(b, e.Data)
		b = appendField(b, e.Metadata)
	}
	return append(b, copyTrailer...)
}

func appendField[T string | []byte](b []byte, field T) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(field))), field...) //nolint:gosec // bounded by the size of an append
}

func appendNumber(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(n)) //nolint:gosec // two's complement is what Postgres reads
}

// Flags of a row. Only flagJSON is read back: the others follow from the row and
// are there for people who look at the table.
const (
	flagJSON uint16 = 1 << iota
	flagLink
	flagMetadata
	flagTombstone
)

func flags(e *engine.Event) (f uint16) {
	if e.JSON {
		f |= flagJSON
	}
	if e.Type == engine.TypeLink {
		f |= flagLink
	}
	if strings.HasPrefix(e.Stream, engine.MetadataStream("")) {
		f |= flagMetadata
	}
	if e.Revision == engine.DeletedRevision {
		f |= flagTombstone
	}
	return f
}
