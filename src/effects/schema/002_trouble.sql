-- What an organizer must be told of is asked for after every look at a match: found without reading what is well.
create index resources_trouble on resources (organization_id, purpose) where last_error is not null;
