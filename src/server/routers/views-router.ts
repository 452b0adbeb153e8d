import {
  type SavedViews,
  viewDeleteInput,
  viewListInput,
  viewRenameInput,
  viewSaveInput,
} from '#src/contract/project/saved-view.ts';
import { changeView, putView, removeView, savedViews } from '#src/engine/people/saved-views.ts';
import { personal, router } from '#src/server/call/procedure.ts';

type Person = { caller: { projectId: string }; person: { id: string } };
const viewer = ({ caller, person }: Person) => ({ projectId: caller.projectId, userId: person.id });

/** Saved views, for people only. An API key has no views, and no name that others would recognise. */
export const viewsRouter = router({
  /** Lists the person's own views, and those that others share. */
  list: personal('jobs:read')
    .input(viewListInput)
    .query(
      async ({ ctx, input: { page } }): Promise<SavedViews> => ({
        views: await savedViews(ctx.deps, viewer(ctx), page),
      }),
    ),

  save: personal('jobs:read')
    .input(viewSaveInput)
    .mutation(({ ctx, input }) => putView(ctx.deps, viewer(ctx), input)),

  rename: personal('jobs:read')
    .input(viewRenameInput)
    .mutation(({ ctx, input }) => changeView(ctx.deps, viewer(ctx), input)),

  /** Deletes a view. Owners of the project may also delete views that others share. */
  delete: personal('jobs:read')
    .input(viewDeleteInput)
    .mutation(async ({ ctx, input: { id } }) => {
      await removeView(ctx.deps, viewer(ctx), id, ctx.caller.scopes.has('admin'));
      return { id };
    }),
});
