-- Somebody who deleted their account while they were in a match: where they came from is needed until it is over.
-- Then the row goes.
alter table match_members add column forgotten integer not null default 0;
