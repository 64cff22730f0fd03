package aggregates

// Once decides a wish that a single event fulfils: a refusal with the code
// missing when the aggregate does not exist, no event when it is already so.
func Once(exists bool, missing string, already bool, e Event) ([]Event, error) {
	switch {
	case !exists:
		return nil, Refuse(missing)
	case already:
		return nil, nil
	}
	return []Event{e}, nil
}
