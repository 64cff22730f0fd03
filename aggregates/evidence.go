package aggregates

import "github.com/google/uuid"

// Evidence is what stands beside a signature to tell later how it came about:
// the access token or portal link that it was given with, the client's address
// and the program that it named. What is not known is empty.
type Evidence struct {
	Token     uuid.UUID `json:"token,omitzero"`
	Address   string    `json:"address,omitempty" personal:"true"`
	UserAgent string    `json:"user_agent,omitempty" personal:"true"`
}
