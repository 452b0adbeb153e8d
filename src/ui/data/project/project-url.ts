import { useSyncExternalStore } from 'react';
import { shownProject, watchProject } from './project.ts';

const none = () => null;

/**
 * Returns an address of this site with the tab's project in its query. It is for requests that a browser makes without
 * the project header.
 */
export function projectUrl(path: string, project: string | null = shownProject()): string {
  if (project === null) return path;
  return `${path}${path.includes('?') ? '&' : '?'}project=${encodeURIComponent(project)}`;
}

/** Returns the same as `projectUrl`, for links that are drawn before the project is known. */
export function useProjectUrl(path: string): string {
  return projectUrl(path, useSyncExternalStore(watchProject, shownProject, none));
}
