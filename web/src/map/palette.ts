/* The map's colours, by day and by night. The same values stand in ui/tokens.css for the page: change both. */
import type { Group } from './states';

export interface Palette {
  name: 'light' | 'dark';
  land: string; residential: string; industry: string; green: string; forest: string; farm: string;
  water: string; waterEdge: string; waterText: string;
  building: string; buildingEdge: string;
  roadCase: string; motorway: string; trunk: string; primary: string; secondary: string; minor: string; path: string; rail: string;
  text: string; textSoft: string; halo: string;
  grid: string; gridText: string; area: string; areaText: string; hover: string; chosen: string;
  groups: Record<Group, string>;
  onGroup: string; overdue: string; rim: string;
  cluster: string; clusterText: string;
  worker: string; workerOld: string;
}

export const light: Palette = {
  name: 'light',
  land: '#f3f2ee', residential: '#eceae5', industry: '#e8e6ea', green: '#d9e8cc', forest: '#d6e5cd', farm: '#eff0e3',
  water: '#b9d7ea', waterEdge: '#9fc4dc', waterText: '#33688a',
  building: '#e2ded7', buildingEdge: '#d0cbc2',
  roadCase: '#cbc6bd', motorway: '#f4c78a', trunk: '#f8d8a2', primary: '#fbe6bd', secondary: '#ffffff', minor: '#ffffff', path: '#cfc8bb', rail: '#a9a9b3',
  text: '#36424f', textSoft: '#5c6874', halo: '#ffffff',
  grid: '#5b7fa8', gridText: '#456285', area: '#3a5273', areaText: '#22374f', hover: '#1a62c5', chosen: '#0b57d0',
  groups: { new: '#d1342f', centre: '#b86e00', field: '#1a62c5', check: '#0f7d6c', closed: '#6b7783' },
  onGroup: '#ffffff', overdue: '#8f1250', rim: '#ffffff',
  cluster: '#ffffff', clusterText: '#18222d',
  worker: '#0b6b58', workerOld: '#7b8793',
};

export const dark: Palette = {
  name: 'dark',
  land: '#161d25', residential: '#1a222b', industry: '#1b222d', green: '#1a2a24', forest: '#18241f', farm: '#1a2323',
  water: '#12344c', waterEdge: '#1f4a68', waterText: '#7fb2d3',
  building: '#212a34', buildingEdge: '#2b3642',
  roadCase: '#0d1318', motorway: '#7d6238', trunk: '#6a5633', primary: '#544a33', secondary: '#36414d', minor: '#2b3541', path: '#35404c', rail: '#4a5561',
  text: '#c9d3dd', textSoft: '#98a5b2', halo: '#10161c',
  grid: '#5f83ad', gridText: '#98b4d4', area: '#7d9cc2', areaText: '#d6e3f2', hover: '#6aa8ff', chosen: '#8cbcff',
  groups: { new: '#ff6b62', centre: '#f0ad3d', field: '#5b9dff', check: '#3cc2ab', closed: '#8895a2' },
  onGroup: '#0f151c', overdue: '#ff79b8', rim: '#0f151c',
  cluster: '#1f2a36', clusterText: '#eef3f8',
  worker: '#4fd6b4', workerOld: '#7f8c99',
};
