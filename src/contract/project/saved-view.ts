import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { projectLimits } from '#src/domain/limits.ts';

/** Pages whose list can have saved views. */
export const viewPages = ['jobs', 'deliveries'] as const;

/** See `viewPages`. */
export type ViewPage = (typeof viewPages)[number];

/** A list's filters under a name. */
export type SavedView = {
  /** Id, a UUID. */
  id: string;
  page: ViewPage;
  name: string;
  /** Query of the list's address, without `?` and without a cursor. */
  query: string;
  /** True if every member of the project sees the view. */
  shared: boolean;
  /** True if the caller made the view. Only the person who made it changes it. */
  mine: boolean;
  updatedAt: string;
};

const name = storableText(projectLimits.nameLength).trim().min(1);
const query = storableText(projectLimits.viewQueryLength);

/** Answer of `views.list`: the caller's own views first, then the shared views of others. */
export type SavedViews = { views: SavedView[] };

/** Checks the input of `views.list`. */
export const viewListInput = z.strictObject({ page: z.enum(viewPages) });

/** Checks the input of `views.save`. Saving under a name that the caller already uses overwrites that view. */
export const viewSaveInput = z.strictObject({ page: z.enum(viewPages), name, query, shared: z.boolean().optional() });

/** Checks the input of `views.rename`. */
export const viewRenameInput = z.strictObject({ id: z.uuid(), name, shared: z.boolean().optional() });

/** Checks the input of `views.delete`. */
export const viewDeleteInput = z.strictObject({ id: z.uuid() });
