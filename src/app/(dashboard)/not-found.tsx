import { NotFound } from '#src/ui/shell/not-found.tsx';

export default NotFound;
