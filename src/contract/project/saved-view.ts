import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { projectLimits } from '#src/domain/limits.ts';

/** A list that can have saved views. */
export const viewPages = ['jobs', 'deliveries'] as const;

/** A list's filters under a name. */
export type SavedView = {
  /** A UUID. */
  id: string;
  page: (typeof viewPages)[number];
  name: string;
  /** The query of the list's address, without `?` and cursor. */
  query: string;
  /** Shown to every member of the project. */
  shared: boolean;
  /** Only whoever made it changes it. */
  mine: boolean;
  updatedAt: string;
};

const name = storableText(projectLimits.nameLength).trim().min(1);
const query = storableText(projectLimits.viewQueryLength);

/** What `views.list` answers: one's own views first, then what others share. */
export type SavedViews = { views: SavedView[] };

/** Checks the input of `views.list`. */
export const viewListInput = z.strictObject({ page: z.enum(viewPages) });

/** Checks the input of `views.save`: a name that one has already is overwritten. */
export const viewSaveInput = z.strictObject({ page: z.enum(viewPages), name, query, shared: z.boolean().optional() });

/** Checks the input of `views.rename`. */
export const viewRenameInput = z.strictObject({ id: z.uuid(), name, shared: z.boolean().optional() });

/** Checks the input of `views.delete`. */
export const viewDeleteInput = z.strictObject({ id: z.uuid() });
