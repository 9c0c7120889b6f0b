-- How the one spoken to is addressed in a line, as its reviewer wants it: auto, formal, informal.
ALTER TABLE lines ADD COLUMN register TEXT NOT NULL DEFAULT 'auto';
