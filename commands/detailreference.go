package commands

import (
	"encoding/json"

	"github.com/google/uuid"
)

// Reference is a document named in a change of details: absent it stays as it
// is, "" takes it away.
type Reference struct {
	Given bool
	ID    uuid.UUID // uuid.Nil for none
}

// UnmarshalJSON reads an id, "" or null, which stands for an absent one.
func (r *Reference) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "null":
		*r = Reference{}
		return nil
	case `""`:
		*r = Reference{Given: true}
		return nil
	}
	r.Given = true
	return json.Unmarshal(b, &r.ID)
}
